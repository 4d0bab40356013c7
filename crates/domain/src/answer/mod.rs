//! Telling the customer 告知.
