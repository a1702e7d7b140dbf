"""What all activity records share: participants, confirmation, evidence, the counting filter."""
