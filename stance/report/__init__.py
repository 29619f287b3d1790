"""Results to something a person reads: one right-to-left HTML page, or a table in the terminal."""
