"""Transaction sets: a module each. To add one, copy the nearest and list it in READERS."""

from __future__ import annotations

from collections.abc import Mapping

from collector.edi.sets.acknowledgement_855 import OrderAcknowledgement
from collector.edi.sets.application_advice_824 import ApplicationAdvice
from collector.edi.sets.base import SetReader
from collector.edi.sets.functional_997 import FunctionalAcknowledgement
from collector.edi.sets.invoice_810 import Invoice
from collector.edi.sets.payment_820 import Payment
from collector.edi.sets.price_authorization_845 import PriceAuthorization
from collector.edi.sets.price_catalog_832 import PriceCatalog
from collector.edi.sets.purchase_order_850 import PurchaseOrder
from collector.edi.sets.ship_notice_856 import ShipNotice

READERS: Mapping[str, type[SetReader]] = {
    "810": Invoice,
    "820": Payment,
    "824": ApplicationAdvice,
    "832": PriceCatalog,
    "845": PriceAuthorization,
    "850": PurchaseOrder,
    "855": OrderAcknowledgement,
    "856": ShipNotice,
    "997": FunctionalAcknowledgement,
    "999": FunctionalAcknowledgement,
}
