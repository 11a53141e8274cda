"""Standing meetings of the service (X-28): dates, agendas, who came, what was decided."""
