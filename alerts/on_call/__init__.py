"""Who is on call, who is told next when nobody answers, and whether every step ran."""
