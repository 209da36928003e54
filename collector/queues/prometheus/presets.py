"""Mappings for exporters we know, by their documented metric names."""

from __future__ import annotations

from collections.abc import Mapping

from collector.queues.prometheus.config import MetricMapping


def _of(queue: str, broker: str | None, figures: Mapping[str, str], **more: Mapping[str, str]) -> tuple[MetricMapping, ...]:
    """figures: metric → figure. `more`, by figure: further keys of its mapping."""
    return tuple(
        MetricMapping.model_validate(
            {"metric": metric, "figure": figure, "queue": queue, "broker": broker} | dict(more.get(figure, {}))
        )
        for metric, figure in figures.items()
    )


PRESETS: Mapping[str, tuple[MetricMapping, ...]] = {
    # RabbitMQ's own plugin at :15692/metrics/per-object, or /metrics/detailed?family=queue_coarse_metrics&family=queue_consumer_count.
    "rabbitmq": _of(
        "{queue}", "{vhost}",
        {
            "rabbitmq_queue_messages_ready": "depth", "rabbitmq_detailed_queue_messages_ready": "depth",
            "rabbitmq_queue_messages_unacked": "in_flight", "rabbitmq_detailed_queue_messages_unacked": "in_flight",
            "rabbitmq_queue_consumers": "consumers", "rabbitmq_detailed_queue_consumers": "consumers",
            "rabbitmq_queue_head_message_timestamp": "oldest_age_seconds",
            "rabbitmq_detailed_queue_head_message_timestamp": "oldest_age_seconds",
        },
        oldest_age_seconds={"reads": "timestamp"},
    )
    + _of("{queue}", "{queue_vhost}", {"rabbitmq_queue_messages_published_total": "publish_rate"}),
    # danielqsj/kafka_exporter
    "kafka_exporter": _of("{consumergroup}/{topic}", None, {"kafka_consumergroup_lag": "depth"})
    + _of("{consumergroup}", None, {"kafka_consumergroup_members": "consumers"}),
    # redpanda-data/kminion
    "kminion": _of(
        "{group_id}/{topic_name}", None,
        {"kminion_kafka_consumer_group_topic_lag": "depth", "kminion_kafka_consumer_group_topic_members": "consumers"},
    ),
    # jirwin/burrow_exporter
    "burrow_exporter": _of("{group}/{topic}", "{cluster}", {"kafka_burrow_partition_lag": "depth"}),
    # prometheus/jmx_exporter with its ActiveMQ example rules, attrNameSnakeCase
    "activemq_jmx": _of(
        "{destination}", None,
        {
            "activemq_queue_queue_size": "depth", "activemq_queue_in_flight_count": "in_flight",
            "activemq_queue_consumer_count": "consumers", "activemq_queue_enqueue_count": "publish_rate",
            "activemq_queue_dequeue_count": "ack_rate",
        },
    ),
    # ibm-messaging/mq-metric-samples
    "ibm_mq": _of(
        "{queue}", "{qmgr}",
        {
            "ibmmq_queue_depth": "depth", "ibmmq_queue_oldest_message_age": "oldest_age_seconds",
            "ibmmq_queue_uncommitted_messages": "in_flight", "ibmmq_queue_input_handles": "consumers",
            "ibmmq_queue_attribute_max_depth": "capacity",
        },
    ),
    # nats-io/prometheus-nats-exporter -jsz=all; a consumer's replicas report 0
    "nats": _of(
        "{stream_name}/{consumer_name}", None,
        {"jetstream_consumer_num_pending": "depth", "jetstream_consumer_num_ack_pending": "in_flight"},
        depth={"combine": "max"}, in_flight={"combine": "max"},
    ),
    # nerdswords/yet-another-cloudwatch-exporter
    "sqs_yace": _of(
        "{dimension_QueueName}", "{region}",
        {
            "aws_sqs_approximate_number_of_messages_visible_average": "depth",
            "aws_sqs_approximate_number_of_messages_not_visible_average": "in_flight",
            "aws_sqs_approximate_age_of_oldest_message_maximum": "oldest_age_seconds",
        },
    ),
}  # fmt: skip
