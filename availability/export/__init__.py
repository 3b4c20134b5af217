"""What goes out to other libraries: pictures, tables. Each loads only when it is asked for.

``plots`` draws engine values with matplotlib: on a ``canvas``, in ``fonts`` that have the
characters. ``columns`` are tables as plain columns; ``csv_rows`` makes CSV of them, ``frames``
Arrow tables and Parquet, both of ``texts`` that can be spelled. They know nothing of rosters.
"""
