#include "check.h"

int check_failures;
int check_tests;
const char *check_name = "";

int main(int count, char **words) {
  if (count != 2) {
    fprintf(stderr, "Usage: tests VECTORS\n");
    return 2;
  }
  setvbuf(stdout, NULL, _IOLBF, 0);
  crypto_tests();
  vector_tests(words[1]);
  call_tests();
  session_tests();
  delivery_tests();
  message_tests();
  printf("%d tests, %d failures\n", check_tests, check_failures);
  return check_failures == 0 ? 0 : 1;
}
