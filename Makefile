.PHONY: demo test bench lint clean setup

# One of the two directions fails by design, and exit status 1 says so: only a higher one is an error.
demo:
	@./ikewise prove examples/ikev1-asymmetric-trustpoints; status=$$?; [ $$status -le 1 ] || exit $$status

# Everything: types, lint, dead code, tests. The last line is "N passed, N failed".
test:
	@./scripts/test.sh

bench:
	@npm run --silent bench

lint: setup
	@npm run --silent lint && npm run --silent check && npm run --silent knip

setup:
	@. ./scripts/setup.sh; ensure_ready .

clean:
	rm -rf dist coverage .cache
