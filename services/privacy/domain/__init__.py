"""Rules of RODO that the office must keep: deadlines, what may be refused and why, what art. 13 wants said. Pure."""
