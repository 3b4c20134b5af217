"""What goes out to other libraries: pictures. Each loads only when it is asked for.

``plots`` draws engine values with matplotlib: on a ``canvas``, in ``fonts`` that have the
characters. They know nothing of rosters.
"""
