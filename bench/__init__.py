"""What a request costs: CPU summed over all processes, beside a floor and a textbook baseline."""
