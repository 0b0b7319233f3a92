/* A test runner of one screen. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <string.h>

extern int check_failures;
extern int check_tests;
extern const char *check_name;

#define CHECK(condition)                                                                        \
  do {                                                                                          \
    if (!(condition)) {                                                                         \
      check_failures++;                                                                         \
      printf("%s:%d: %s: not so: %s\n", __FILE__, __LINE__, check_name, #condition);            \
    }                                                                                           \
  } while (0)

#define CHECK_NUMBER(expected, actual)                                                          \
  do {                                                                                          \
    unsigned long long check_expected = (unsigned long long)(expected);                         \
    unsigned long long check_actual = (unsigned long long)(actual);                             \
    if (check_expected != check_actual) {                                                       \
      check_failures++;                                                                         \
      printf("%s:%d: %s: %s is %llu, expected %llu\n", __FILE__, __LINE__, check_name, #actual, \
             check_actual, check_expected);                                                     \
    }                                                                                           \
  } while (0)

#define CHECK_BYTES(expected, actual, length) CHECK(memcmp((expected), (actual), (length)) == 0)

#define RUN(test)         \
  do {                    \
    check_name = #test;   \
    check_tests++;        \
    test();               \
  } while (0)

/* For tests that need room which a small device has not. */
#define RUN_IF(condition, test) \
  do {                          \
    if (condition) {            \
      RUN(test);                \
    }                           \
  } while (0)

void crypto_tests(void);
void vector_tests(const char *path);
void call_tests(void);
void session_tests(void);
void delivery_tests(void);
void message_tests(void);

#endif
