"""The parts of a report: each asks the functions of a page and hands over figures and the lists they are made of."""
