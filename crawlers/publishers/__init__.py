"""Publishers that run several outlets on one system: the facts their outlets share."""
