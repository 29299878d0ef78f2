# What C# without a runtime cannot say: the thread-local pointer to the calling thread's heap, and the raw system calls
# whose libc wrappers are variadic. A call inside the fast path would cost it five pushes and pops, so malloc and free
# begin here: they load the thread's heap as one more argument and jump into C#.

    .section .tdata,"awT",@progbits
    .balign 8
    .type gabbro_thread_heap, @object
    .hidden gabbro_thread_heap
gabbro_thread_heap:
    .quad gabbro_empty_heap
    .size gabbro_thread_heap, 8

# A heap of zero bytes: every list is empty, so the first allocation of a thread takes the slow path.
    .section .bss
    .balign 128
    .hidden gabbro_empty_heap
gabbro_empty_heap:
    .zero 8192

# The code generator guards frames that hold arrays with this value.
    .data
    .balign 8
    .globl __security_cookie
    .hidden __security_cookie
__security_cookie:
    .quad 0x00002B992DDFA232

    .text

.macro with_heap name, register, target
    .globl \name
    .type \name, @function
    .balign 16
\name:
    movq gabbro_thread_heap@gottpoff(%rip), \register
    movq %fs:(\register), \register
    jmp \target
    .size \name, . - \name
.endm

    with_heap malloc, %rsi, gabbro_malloc
    with_heap free, %rsi, gabbro_free
    with_heap calloc, %rdx, gabbro_calloc
    with_heap realloc, %rdx, gabbro_realloc
    with_heap cfree, %rsi, gabbro_free
    with_heap memalign, %rdx, gabbro_memalign
    with_heap aligned_alloc, %rdx, gabbro_aligned_alloc
    with_heap posix_memalign, %rcx, gabbro_posix_memalign
    with_heap reallocarray, %rcx, gabbro_reallocarray
    with_heap valloc, %rsi, gabbro_valloc
    with_heap pvalloc, %rsi, gabbro_pvalloc
    with_heap malloc_trim, %rsi, gabbro_malloc_trim
    with_heap free_sized, %rdx, gabbro_free_sized
    with_heap free_aligned_sized, %rcx, gabbro_free_aligned_sized
    with_heap __libc_malloc, %rsi, gabbro_malloc
    with_heap __libc_free, %rsi, gabbro_free
    with_heap __libc_cfree, %rsi, gabbro_free
    with_heap __libc_calloc, %rdx, gabbro_calloc
    with_heap __libc_realloc, %rdx, gabbro_realloc
    with_heap __libc_memalign, %rdx, gabbro_memalign
    with_heap __libc_valloc, %rsi, gabbro_valloc
    with_heap __libc_pvalloc, %rsi, gabbro_pvalloc
    with_heap __posix_memalign, %rcx, gabbro_posix_memalign

# operator new, new[], their nothrow and aligned forms
    with_heap _Znwm, %rsi, gabbro_new
    with_heap _Znam, %rsi, gabbro_new
    with_heap _ZnwmRKSt9nothrow_t, %rsi, gabbro_malloc
    with_heap _ZnamRKSt9nothrow_t, %rsi, gabbro_malloc
    with_heap _ZnwmSt11align_val_t, %rdx, gabbro_new_aligned
    with_heap _ZnamSt11align_val_t, %rdx, gabbro_new_aligned
    with_heap _ZnwmSt11align_val_tRKSt9nothrow_t, %rdx, gabbro_new_aligned_nothrow
    with_heap _ZnamSt11align_val_tRKSt9nothrow_t, %rdx, gabbro_new_aligned_nothrow

# operator delete, delete[]: plain, sized, aligned, nothrow; the extra arguments say nothing the page does not know
    with_heap _ZdlPv, %rsi, gabbro_free
    with_heap _ZdaPv, %rsi, gabbro_free
    with_heap _ZdlPvm, %rsi, gabbro_free
    with_heap _ZdaPvm, %rsi, gabbro_free
    with_heap _ZdlPvSt11align_val_t, %rsi, gabbro_free
    with_heap _ZdaPvSt11align_val_t, %rsi, gabbro_free
    with_heap _ZdlPvmSt11align_val_t, %rsi, gabbro_free
    with_heap _ZdaPvmSt11align_val_t, %rsi, gabbro_free
    with_heap _ZdlPvRKSt9nothrow_t, %rsi, gabbro_free
    with_heap _ZdaPvRKSt9nothrow_t, %rsi, gabbro_free
    with_heap _ZdlPvSt11align_val_tRKSt9nothrow_t, %rsi, gabbro_free
    with_heap _ZdaPvSt11align_val_tRKSt9nothrow_t, %rsi, gabbro_free

.macro function name
    .globl \name
    .hidden \name
    .type \name, @function
    .balign 16
\name:
.endm

    function gabbro_thread_heap_get
    movq gabbro_thread_heap@gottpoff(%rip), %rax
    movq %fs:(%rax), %rax
    ret

    function gabbro_thread_heap_set
    movq gabbro_thread_heap@gottpoff(%rip), %rax
    movq %rdi, %fs:(%rax)
    ret

    function gabbro_empty_heap_address
    leaq gabbro_empty_heap(%rip), %rax
    ret

# The addresses of C# functions that libc is to call back.
.macro address_of name, target
    function \name
    leaq \target(%rip), %rax
    ret
.endm

    address_of gabbro_thread_exit_address, gabbro_thread_exit
    address_of gabbro_fork_prepare_address, gabbro_fork_prepare
    address_of gabbro_fork_parent_address, gabbro_fork_parent
    address_of gabbro_fork_child_address, gabbro_fork_child
    address_of gabbro_scavenger_address, gabbro_scavenger
    address_of gabbro_fault_address, gabbro_fault

# std::__throw_bad_alloc lives in libstdc++, which a C program does not have: zero then.
    .weak _ZSt17__throw_bad_allocv
    function gabbro_throw_bad_alloc
    movq _ZSt17__throw_bad_allocv@GOTPCREL(%rip), %rax
    testq %rax, %rax
    je 1f
    jmp *%rax
1:  jmp abort@PLT

    .weak _ZSt15get_new_handlerv
    function gabbro_call_new_handler
    subq $8, %rsp
    movq _ZSt15get_new_handlerv@GOTPCREL(%rip), %rax
    testq %rax, %rax
    je 1f
    call *%rax
    testq %rax, %rax
    je 1f
    call *%rax
    movl $1, %eax
    addq $8, %rsp
    ret
1:  xorl %eax, %eax
    addq $8, %rsp
    ret

# Raw system calls; errno is not touched, the result is -1 on any error.
.macro system_call number
    movl $\number, %eax
    syscall
    cmpq $-4095, %rax
    jb 1f
    movq $-1, %rax
1:  ret
.endm

    function gabbro_mremap
    movq %rcx, %r10
    system_call 25

    function gabbro_futex
    movq %rcx, %r10
    system_call 202

    function gabbro_gettid
    system_call 186

    function gabbro_getrandom
    system_call 318

# Linked with -z initfirst: before any other library's constructor, so that all of them may free null.
    .section .init_array,"aw",@init_array
    .balign 8
    .quad gabbro_process_start

    .section .fini_array,"aw",@fini_array
    .balign 8
    .quad gabbro_process_end

    .section .note.GNU-stack,"",@progbits
