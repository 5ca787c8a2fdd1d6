"""Links: what lies behind them, by yt-dlp in a process of its own, and how mpv opens that."""
