SELECT template_id, number, first_tokens, tokens
FROM message_templates FINAL
ORDER BY number
