//! Floor 1: statistics that merge exactly, because they hold integers only. Knows no finance.
