-- How many spans one stored span stands for, from `trace_state`; 1 when the sampler did not say.
-- ot=th:T — the rejection threshold as up to 14 hex digits, trailing zeros left out: the weight is 2^56 / (2^56 - T)
--   (https://opentelemetry.io/docs/specs/otel/trace/tracestate-probability-sampling/).
-- ot=p:N — the older form: 2^N, and 63 for a span that counts as none.
multiIf(
    match(trace_state, '(?:^|,)[ \t]*ot=(?:[^,]*;)?th:[0-9a-f]{1,14}[ \t]*(?:[;,]|$)'),
        72057594037927936. / (72057594037927936. - toFloat64(reinterpretAsUInt64(reverse(unhex(
            rightPad(extract(trace_state, '(?:^|,)[ \t]*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})'), 14, '0')))))),
    match(trace_state, '(?:^|,)[ \t]*ot=(?:[^,]*;)?p:(?:[0-9]|[1-5][0-9]|6[0-2])[ \t]*(?:[;,]|$)'),
        exp2(toUInt8OrZero(extract(trace_state, '(?:^|,)[ \t]*ot=(?:[^,]*;)?p:([0-9]{1,2})'))),
    match(trace_state, '(?:^|,)[ \t]*ot=(?:[^,]*;)?p:63[ \t]*(?:[;,]|$)'), 0.,
    1.)
