"""The customer's tracking page: where the parcel is and, after a failed delivery, what the customer wants.

HTML from the server alone, without a script: it reads the published build and the ledger, and keeps each answer in the
ledger at once. Refuses: anybody without a valid link, and a full phone number or address on any page.
"""
