"""The SyncWatch server: it owns the timeline of every session, decides who may, and forgets nothing it acknowledged.

Rules live in ``syncwatch_core``; ``services`` decide who may and persist before they answer;
``realtime`` and ``api`` know transport only; ``app`` puts them together.
"""
