# Everything starts here. `make` alone lists what there is.
.DEFAULT_GOAL := help
PY := .venv/bin/python
SERVE ?= 1
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUTF8 := 1

help: ## list the commands
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

demo: ready ## fill ten units with a story and start the site (SERVE=0: fill only)
	@PINGJIA_HOME=$(CURDIR)/demo PINGJIA_DEMO=1 $(PY) -m pingjia demo $(if $(filter 0,$(SERVE)),--no-serve)

ready:
	@bin/prepare python
	@bin/prepare booth
	@bin/prepare messages

ready-dev: ready
	@bin/prepare python dev
	@bin/prepare browser

check: ready-dev ## style, types, floors, migrations
	ruff check .
	ruff format --check .
	mypy
	lint-imports
	$(PY) -m pingjia makemigrations --check --dry-run
	cd booth && npm run --silent check

test: ready-dev ## every kind of proof on a seeded sample (10 minutes on two cores at most)
	cd booth && npm test --silent
	pytest -n 2

proof: ready-dev ## the same tests at full size, resumable; writes docs/assurance.md
	@mkdir -p .run
	cd booth && PINGJIA_PROOF=1 npm test --silent -- --reporter=default --reporter=json --outputFile.json=../.run/vitest.json
	PINGJIA_PROOF=1 pytest -n 2

bench: ready-dev ## measure, as ratios within one run
	@bin/prepare bench
	$(PY) -m benchmarks

messages: ready-dev ## collect the texts to translate into the English catalogue
	cd pingjia && ../$(PY) -m pingjia makemessages -l en --no-location --no-wrap --ignore 'tests/*'
	bin/prepare messages

pictures: ready-dev ## photograph every page: build/pictures/index.html
	PINGJIA_PICTURES=$(CURDIR)/build/pictures pytest tests/walkers/pictures.py

.PHONY: help demo ready ready-dev check test proof bench messages pictures
