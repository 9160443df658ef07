"""What every courier folder must do, and what each courier's own words mean."""
