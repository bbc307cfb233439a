"""A double of Stripe for one machine: its API over HTTP, its hosted page, its signed webhooks.

It knows nothing of the product. What it refuses, Stripe refuses; what it forgets, it was asked to forget.
"""
