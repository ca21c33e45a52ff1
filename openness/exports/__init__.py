"""Data as CSV and JSON: the same rows as the pages, streamed, of one snapshot of the database."""

from openness.exports.tables import Column, cell, csv_text, csvw, instant, json_text, number

__all__ = ["Column", "cell", "csv_text", "csvw", "instant", "json_text", "number"]
