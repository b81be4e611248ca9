"""What is stored: tables, views, migrations, reading and writing."""
