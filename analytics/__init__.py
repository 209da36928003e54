"""Questions and their answers: a folder per question, SQL beside it, typed rows out."""
