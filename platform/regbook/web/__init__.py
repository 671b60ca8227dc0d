"""What a browser and an API client see: the only home of Flask and Flask-AppBuilder."""
