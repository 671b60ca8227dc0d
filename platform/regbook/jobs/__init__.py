"""What runs behind the screens: the only home of rq."""
