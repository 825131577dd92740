"""What a form author is told: mistakes that refuse a form, and what may be meant otherwise."""
