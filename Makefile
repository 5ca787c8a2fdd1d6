# Thin aliases for those whose fingers type make; the scripts are the truth.
service ?= server

.PHONY: help setup-dev dev stop restart test check lint

help: ## what there is
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup-dev: ## set up everything that running, checking and testing need
	scripts/setup test

dev: ## start the development server in the background
	scripts/dev start $(service)

stop: ## stop it
	scripts/dev stop $(service)

restart: ## start it anew: make restart service=server
	scripts/dev restart $(service)

test: ## all tests
	scripts/test

check: ## lint, format, types, imports, docstrings of tests
	scripts/check

lint: ## mend what can be mended without thinking
	scripts/lint
