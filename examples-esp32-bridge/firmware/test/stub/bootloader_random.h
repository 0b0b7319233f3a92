#ifndef STUB_BOOTLOADER_RANDOM_H
#define STUB_BOOTLOADER_RANDOM_H
void bootloader_random_enable(void);
void bootloader_random_disable(void);
#endif
