"""Every write, as verbs in the order of the flow: record, hold, assess; submissions; catalogue."""
