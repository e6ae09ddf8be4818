# SPDX-License-Identifier: GPL-2.0-only
EXTRA_DIST += bench/README.md bench/run.sh bench/gen-policy.awk \
	bench/gen-cil.awk

.PHONY: bench
bench: compiler/imapolc
	$(SHELL) $(top_srcdir)/bench/run.sh compiler/imapolc
