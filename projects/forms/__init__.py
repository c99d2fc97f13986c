"""Forms of the domain: what people type becomes typed values, with a sentence at the field where it cannot."""
