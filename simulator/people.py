"""Customers, agents and goods that nobody is or owns: names, phones, addresses and products by number.

A customer's number decides everything about the customer, so that two parcels of one customer agree wherever
they are made. Phones start with 5, which no Indian mobile number does; names are common first and family names put
together by arithmetic, and any likeness is chance.
"""

from __future__ import annotations

import polars as pl

from simulator.clock import Ints
from simulator.places import mixed

FIRST = [
    "Aarav",
    "Aditi",
    "Ajay",
    "Ananya",
    "Arjun",
    "Asha",
    "Deepa",
    "Dev",
    "Farhan",
    "Gauri",
    "Harish",
    "Isha",
    "Jaya",
    "Karan",
    "Kavya",
    "Lata",
    "Manoj",
    "Meera",
    "Nikhil",
    "Nisha",
    "Om",
    "Pooja",
    "Rahul",
    "Rekha",
    "Rohan",
    "Sana",
    "Sanjay",
    "Sunita",
    "Tara",
    "Varun",
    "Vikram",
    "Zoya",
]
FAMILY = [
    "Agarwal",
    "Bose",
    "Chauhan",
    "Das",
    "Dutta",
    "Gill",
    "Gupta",
    "Iyer",
    "Jain",
    "Joshi",
    "Kapoor",
    "Khan",
    "Kulkarni",
    "Mehta",
    "Mishra",
    "Nair",
    "Naidu",
    "Patel",
    "Pillai",
    "Rao",
    "Reddy",
    "Saha",
    "Shah",
    "Sharma",
    "Sheikh",
    "Singh",
    "Thomas",
    "Verma",
    "Yadav",
]
STREETS = [
    "MG Road",
    "Station Road",
    "Gandhi Nagar",
    "Nehru Street",
    "Temple Road",
    "Park Lane",
    "Lake View Road",
    "Market Yard",
    "Civil Lines",
    "Shivaji Nagar",
    "Ring Road",
    "Model Town",
]
AGENTS = [
    "agent_asha",
    "agent_bilal",
    "agent_chitra",
    "agent_dinesh",
    "agent_esther",
    "agent_faiz",
    "agent_geeta",
    "agent_hari",
]
BRANDS = [
    # brand, category, lowest and highest price in rupees, grams
    ("Kesari Loom", "apparel", 499, 2999, 450),
    ("Chalo Steps", "footwear", 799, 3499, 900),
    ("Neemroot", "beauty", 249, 1499, 250),
    ("Tavaa", "home_kitchen", 399, 4999, 1800),
    ("Bijli Audio", "electronics", 999, 7999, 600),
]


def customers(customer: Ints, district: pl.Series) -> pl.DataFrame:
    """Columns customer_id, customer_name, customer_phone, customer_email, address of customers by number."""
    picks = {
        name: mixed(customer, salt)
        for salt, name in enumerate(["first", "family", "phone", "house", "street"], 2)
    }
    words = {"first": FIRST, "family": FAMILY, "street": STREETS}
    frame = pl.DataFrame(
        {
            "number": customer,
            "district": district,
            "house": picks["house"] % 480 + 1,
            "phone": picks["phone"] % 10**9,
        }
        | {name: pl.Series(values).gather(picks[name] % len(values)) for name, values in words.items()}
    )
    phone = pl.concat_str(pl.lit("+915"), pl.col("phone").cast(pl.String).str.zfill(9))
    return frame.select(
        pl.concat_str(pl.lit("CUST"), pl.col("number").cast(pl.String).str.zfill(8)).alias("customer_id"),
        pl.concat_str("first", "family", separator=" ").alias("customer_name"),
        phone.alias("customer_phone"),
        pl.concat_str(
            pl.col("first").str.to_lowercase(), pl.lit("."), "number", pl.lit("@example.com")
        ).alias("customer_email"),
        pl.concat_str(pl.lit("House "), "house", pl.lit(", "), "street", pl.lit(", "), "district").alias(
            "address"
        ),
    )
