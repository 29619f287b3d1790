"""Quotations, speakers and stance in Arabic news."""
