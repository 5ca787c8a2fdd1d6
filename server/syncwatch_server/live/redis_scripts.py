"""What Redis does in one step, in Lua; each needs a single key, so that a Cluster can do it too."""

from __future__ import annotations

TAKE = """
local now = redis.call('TIME')
now = now[1] + now[2] / 1e6
local capacity, refill = tonumber(ARGV[1]), tonumber(ARGV[2])
local known = redis.call('HMGET', KEYS[1], 'level', 'at')
local level, at = tonumber(known[1] or capacity), tonumber(known[2] or now)
level = math.max(0, math.min(capacity, level + (now - at) / refill) - 1)
redis.call('HSET', KEYS[1], 'level', tostring(level), 'at', string.format('%.6f', now))
redis.call('PEXPIRE', KEYS[1], math.ceil(capacity * refill * 1000))
return tostring(level)
"""
"""One token less in the bucket KEYS[1] of ARGV[1] tokens, one of which comes back every ARGV[2] s; what is left."""

LOOK_AT_CLOCK = """
local now = redis.call('TIME')
local difference = redis.call('GET', KEYS[1])
if not difference then
    difference = string.format('%.6f', tonumber(ARGV[1]) - (now[1] + now[2] / 1e6))
    redis.call('SET', KEYS[1], difference)
end
return {now[1], now[2], difference}
"""
"""The server's time and what has to be added; where nothing is known yet, it is so much as leads to ARGV[1]."""

SET_CLOCK = """
local difference = tonumber(redis.call('GET', KEYS[1]) or '0') + tonumber(ARGV[1])
redis.call('SET', KEYS[1], string.format('%.6f', difference))
return {0, 0, 0}
"""
"""ARGV[1] seconds more are added from now on."""
