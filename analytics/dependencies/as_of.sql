-- When the newest price was made known before a dependency went away.
SELECT maxOrNull(p.known_from) AS as_of FROM contract_prices AS p WHERE p.known_from <= {started:DateTime64(6,'UTC')}
