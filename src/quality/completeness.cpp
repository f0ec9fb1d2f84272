namespace celadon::quality {}
