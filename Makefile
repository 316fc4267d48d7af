# `make` alone lists what there is. Everything runs from the virtual environment in .venv.

PYTHON ?= python3
PORT ?= 8000

venv := .venv
bin := $(venv)/bin
flask := $(bin)/flask --app app.factory
with_servers := $(bin)/python -m app.embedded run --

# Each worker of the tests is given whole files, in the order of tests/conftest.py.
by_file := --dist loadfile --no-loadscope-reorder

# What Python compiles is kept, whatever the environment says: the commands start many processes.
export PYTHONDONTWRITEBYTECODE :=

# An install is complete when its stamp exists. A developer's environment also serves `make run`.
ready := $(if $(wildcard $(venv)/.dev),$(venv)/.dev,$(venv)/.run)

.PHONY: help install runtime run test lint types proofs bench browser demo worker lock

help: ## Liste ces commandes
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(venv)/.dev ## Installe tout ce qu’il faut pour développer

runtime: $(venv)/.run ## Installe ce qu’il faut pour servir, et rien d’autre

run: $(ready) ## Sert la plateforme et ses données de démonstration (PORT=8000)
	@$(bin)/python -m app.serving --port $(PORT)

test: $(venv)/.dev ## Vérifie tout, sauf les parcours au navigateur
	@$(MAKE) --no-print-directory -j2 lint types
	$(bin)/python -m pytest $(by_file) -n auto -m "not browser"

lint: $(venv)/.dev ## Vérifie la forme du code, des gabarits et le sens des imports
	$(bin)/ruff check .
	$(bin)/ruff format --check .
	$(bin)/lint-imports
	$(bin)/djlint --lint templates

types: $(venv)/.dev ## Vérifie les types
	$(bin)/mypy .

proofs: $(venv)/.dev ## Rejoue en vraie grandeur les preuves que « test » joue en petit
	PROOFS=full $(bin)/python -m pytest $(by_file) -m proof -n auto -o faulthandler_timeout=900

bench: $(venv)/.dev ## Mesure les performances (ONLY=nom pour une seule mesure)
	$(bin)/python -m benchmarks $(ONLY)

browser: $(venv)/.dev ## Joue les parcours dans un vrai navigateur (Chromium)
	$(bin)/python -m pytest $(by_file) -m browser -n 2 -o faulthandler_timeout=600 tests/browser

demo: $(ready) ## Rejoue la démonstration (AT=collection|triage|support|copil|ami|choice|services)
	@$(with_servers) $(flask) demo $(AT)

worker: $(ready) ## Lance un travailleur de plus sur les files d’attente
	@$(with_servers) $(flask) worker

lock: $(venv)/.uv ## Recalcule les versions verrouillées (UPGRADE=1 pour les monter)
	$(lock) --output-file requirements.txt requirements.in
	$(lock) --output-file requirements-dev.txt requirements-dev.in

lock = $(bin)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url $(if $(UPGRADE),--upgrade)

# What an interruption left half copied looks installed, hence --reinstall after one.
define sync
	@rm -f $(venv)/.run $(venv)/.dev
	@again=$$(test ! -e $(venv)/.installing || echo --reinstall); touch $(venv)/.installing; \
	$(bin)/uv pip sync --quiet --require-hashes --python $(bin)/python $$again $^
	@rm $(venv)/.installing
	@touch $@
endef

$(venv)/.run: requirements.txt | $(venv)/.uv
	@echo "Installation des bibliothèques…"
	$(sync)

$(venv)/.dev: requirements.txt requirements-dev.txt | $(venv)/.uv
	@echo "Installation des bibliothèques et des outils de développement…"
	$(sync)

$(venv)/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "Il faut Python 3.11 ou plus récent. S’il a un autre nom ici : make install PYTHON=python3.12"; \
		exit 1; }
	@echo "Création de l’environnement $(venv)…"
	@$(PYTHON) -m venv --clear $(venv) || { \
		rm -rf $(venv); \
		echo "Python ne sait pas créer d’environnement. Sous Debian ou Ubuntu : apt install python3-venv"; \
		exit 1; }
	@sed -n '/^uv==/,/[^\\]$$/p' requirements.txt > $(venv)/uv.txt
	@$(bin)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r $(venv)/uv.txt
	@touch $@
