policy.ima: \
 input.imapol \
 ../lib/critical-data.imapol \
 my\ part.imapol
