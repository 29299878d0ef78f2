# The code of SpawnStub, for GNU as: as SpawnStub.x64.s -o x.o && objcopy -O binary -j .text x.o x.bin
#
# nint run(SpawnBlock* rdi): blocks every signal with the raw call (libc's would leave its own two open), creates the child,
# and restores the mask in the parent. The child shares memory with the suspended parent and has a stack of its own, which
# it does not use: from "child" on there are only registers, the block and the steps.
.intel_syntax noprefix
.text
push rbx
mov rbx, rdi
mov eax, 14
mov edi, 2
lea rsi, [rbx+40]
lea rdx, [rbx+32]
mov r10d, 8
syscall
mov eax, 435
mov rdi, [rbx]
mov rsi, [rbx+8]
syscall
test rax, rax
jz child
push rax
mov eax, 14
mov edi, 2
lea rsi, [rbx+32]
xor edx, edx
mov r10d, 8
syscall
pop rax
pop rbx
ret
child:
mov r12, [rbx+16]
next:
mov rax, [r12]
test rax, rax
js leave
mov rdi, [r12+8]
mov rsi, [r12+16]
mov rdx, [r12+24]
mov r10, [r12+32]
mov r8, [r12+40]
mov r9, [r12+48]
syscall
mov [r12+56], rax
cmp rax, -4095
jae failed
mov rcx, [r12+64]
test rcx, rcx
jz advance
mov [rcx], rax
advance:
add r12, 80
jmp next
failed:
test qword ptr [r12+72], 1
jnz advance
mov [rbx+24], r12
leave:
mov eax, 231
mov edi, 127
syscall
ud2
