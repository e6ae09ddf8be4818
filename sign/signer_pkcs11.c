/* SPDX-License-Identifier: GPL-2.0-only */
#include "config.h"

/* engines are deprecated; Debian 12 has no provider for tokens */
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/err.h>
#include <openssl/provider.h>
#include <openssl/store.h>
#include <openssl/ui.h>
#include <string.h>

#include "buf.h"
#include "signer_int.h"

#ifndef OPENSSL_NO_ENGINE
#include <openssl/engine.h>
#endif

/* ---- a provider, where one is installed ---- */

struct pin_ask {
	const char *pin;
};

static int give_pin(char *buf, int size, int rwflag, void *arg)
{
	const struct pin_ask *ask = arg;
	size_t len = ask->pin ? strlen(ask->pin) : 0;

	if (!ask->pin || len >= (size_t)size)
		return -1;
	memcpy(buf, ask->pin, len + 1);
	return (int)len;
}

static EVP_PKEY *load_from_store(const char *uri, UI_METHOD *ui,
				 struct pin_ask *ask)
{
	OSSL_STORE_CTX *store = OSSL_STORE_open(uri, ui, ask, NULL, NULL);
	OSSL_STORE_INFO *info;
	EVP_PKEY *key = NULL;

	if (!store)
		return NULL;
	OSSL_STORE_expect(store, OSSL_STORE_INFO_PKEY);
	while (!key && !OSSL_STORE_eof(store)) {
		info = OSSL_STORE_load(store);
		if (info)
			key = OSSL_STORE_INFO_get1_PKEY(info);
		OSSL_STORE_INFO_free(info);
	}
	OSSL_STORE_close(store);
	return key;
}

static EVP_PKEY *by_provider(const char *uri, const char *pin)
{
	struct pin_ask ask = { pin };
	UI_METHOD *ui;
	EVP_PKEY *key;

	if (!OSSL_PROVIDER_try_load(NULL, "pkcs11", 1))
		return NULL;
	ui = UI_UTIL_wrap_read_pem_callback(give_pin, 0);
	key = load_from_store(uri, ui, &ask);
	UI_destroy_method(ui);
	return key;
}

/* ---- else the engine ---- */

#ifndef OPENSSL_NO_ENGINE

static ENGINE *engine_begin(struct arena *a, const char *pin, const char **why)
{
	ENGINE *e;

	ENGINE_load_builtin_engines();
	e = ENGINE_by_id("pkcs11");
	if (!e) {
		*why = "libcrypto has neither a provider nor an engine for "
		       "tokens: install libengine-pkcs11-openssl or "
		       "pkcs11-provider";
		return NULL;
	}
	if ((!pin || ENGINE_ctrl_cmd_string(e, "PIN", pin, 0)) &&
	    ENGINE_init(e))
		return e;
	*why = buf_textf(a, "the engine for tokens does not start: %s",
			 signer_reason());
	ENGINE_free(e);
	return NULL;
}

/* a token that asks gets no answer: nothing here waits for a terminal */
static int no_answer(UI *ui, UI_STRING *s)
{
	return 0;
}

static EVP_PKEY *by_engine(struct arena *a, const char *uri, const char *pin,
			   const char **why)
{
	ENGINE *e = engine_begin(a, pin, why);
	UI_METHOD *ui;
	EVP_PKEY *key;

	if (!e)
		return NULL;
	ui = UI_create_method("no questions");
	UI_method_set_reader(ui, no_answer);
	key = ENGINE_load_private_key(e, uri, ui, NULL);
	UI_destroy_method(ui);
	if (!key)
		*why = buf_textf(a, "no private key in a token is called so, or "
			"the PIN is not right: %s; pkcs11-tool -O shows what is "
			"there, and --password-file gives the PIN",
			signer_reason());
	/* the key holds the engine; without one, to unload it loses what it made */
	if (key) {
		ENGINE_finish(e);
		ENGINE_free(e);
	}
	return key;
}

#else

static EVP_PKEY *by_engine(struct arena *a, const char *uri, const char *pin,
			   const char **why)
{
	*why = buf_textf(a, "no private key in a token is called so, or "
			 "pkcs11-provider is not there: %s", signer_reason());
	return NULL;
}

#endif

EVP_PKEY *signer_pkcs11(struct arena *a, const char *uri, const char *pin,
			const char **why)
{
	EVP_PKEY *key = by_provider(uri, pin);

	return key ? key : by_engine(a, uri, pin, why);
}
