/* SPDX-License-Identifier: GPL-2.0-only */

/* The guest is its own audit daemon: no record is lost to a rate limit, and each is told as it comes. */
#include <errno.h>
#include <linux/audit.h>
#include <linux/netlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "guest.h"

enum { ROOM = 64 << 20, BACKLOG = 65536, RECORD_DATA = 1800, RECORD_RULE = 1805, RECORD_USERSPACE = 1808, RECORD_MARK = AUDIT_USER_AVC };

#define MARK "the end of the records"

static int records = -1;

static void send_request(unsigned int type, const void *data, size_t len)
{
	struct {
		struct nlmsghdr head;
		char data[256];
	} request = { .head = { .nlmsg_len = (unsigned int)NLMSG_LENGTH(len), .nlmsg_type = (unsigned short)type,
				.nlmsg_flags = NLM_F_REQUEST } };

	must(len <= sizeof(request.data), "audit", "length");
	memcpy(NLMSG_DATA(&request.head), data, len);
	must(send(records, &request, request.head.nlmsg_len, 0) > 0, "audit", "send");
}

/* the value behind KEY up to END, into out; "-" when it is not there */
static void value(const char *text, const char *key, const char *end, char *out, size_t size)
{
	const char *at = strstr(text, key);
	size_t n = 0;

	snprintf(out, size, "-");
	if (!at)
		return;
	at += strlen(key);
	while (at[n] && !strchr(end, at[n]) && n + 1 < size) {
		out[n] = at[n];
		n++;
	}
	out[n] = '\0';
}

/* a TYPE CAUSE NAME */
static void tell_record(unsigned int type, const char *text)
{
	char cause[64], name[256];

	value(text, " cause=", " ", cause, sizeof(cause));
	value(text, type == RECORD_RULE ? "file=\"" : " name=\"", "\"", name, sizeof(name));
	say("a %u %s %s", type, cause, name);
}

static void tell(unsigned int type, const char *text)
{
	if (type != RECORD_MARK)
		tell_record(type, text);
}

/* false: nothing has come; *mark: it was the mark */
static bool take_record(int flags, audit_taker *take, bool *mark)
{
	static char text[9000];
	struct nlmsghdr *head = (struct nlmsghdr *)text;
	ssize_t n = recv(records, text, sizeof(text) - 1, flags);

	/* a record that was lost would look like one that never was */
	must(n >= 0 || errno == EAGAIN, "audit", "receive");
	if (n < (ssize_t)sizeof(*head))
		return false;
	text[n] = '\0';
	*mark = head->nlmsg_type == RECORD_MARK && strstr(NLMSG_DATA(head), MARK);
	if (head->nlmsg_type == RECORD_DATA || head->nlmsg_type == RECORD_RULE ||
	    head->nlmsg_type == RECORD_USERSPACE || (head->nlmsg_type == RECORD_MARK && !*mark))
		take(head->nlmsg_type, NLMSG_DATA(head));
	return true;
}

void audit_note(const char *text)
{
	if (records >= 0)
		send_request(RECORD_MARK, text, strlen(text) + 1);
}

void audit_take(bool all, audit_taker *take)
{
	bool mark = false;

	if (records < 0)
		return;
	if (!all) {
		while (take_record(MSG_DONTWAIT, take, &mark))
			;
		return;
	}
	audit_note(MARK);
	while (!mark)
		must(take_record(0, take, &mark), "audit", "receive");
}

void audit_drain(void)
{
	audit_take(false, tell);
}

/* audit: from now on */
static void do_audit(char **w)
{
	struct audit_status status = { .mask = AUDIT_STATUS_PID | AUDIT_STATUS_BACKLOG_LIMIT, .pid = 1,
				       .backlog_limit = BACKLOG };
	struct sockaddr_nl address = { .nl_family = AF_NETLINK };
	int room = ROOM;

	(void)w;
	records = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	must(records >= 0 && !bind(records, (struct sockaddr *)&address, sizeof(address)) &&
		     !setsockopt(records, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room)),
	     "audit", "socket");
	send_request(AUDIT_SET, &status, sizeof(status));
}

/* audited: all records that there are up to now; the answer, once they are told: audited */
static void do_audited(char **w)
{
	(void)w;
	audit_take(true, tell);
	say("audited");
}

const struct step audit_steps[] = {
	{ "audit", 1, do_audit },
	{ "audited", 1, do_audited },
	{ NULL, 0, NULL },
};
