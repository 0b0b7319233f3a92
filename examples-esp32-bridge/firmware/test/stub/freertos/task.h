#ifndef STUB_TASK_H
#define STUB_TASK_H
typedef struct stub_task *TaskHandle_t;
#endif
