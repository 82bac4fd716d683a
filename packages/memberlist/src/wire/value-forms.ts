// What stands behind each first byte of a msgpack value: enough to pass over values without
// understanding them.

const SIZE_1 = 1 << 8
const SIZE_2 = 2 << 8
const SIZE_4 = 4 << 8
export const SIZED = SIZE_1 | SIZE_2 | SIZE_4
export const CONTAINER = 1 << 12
export const PAIRS = 1 << 13
export const ILLEGAL = 1 << 14

/** Bytes of the length field of a form that is SIZED. */
export function lengthSize(kind: number): 1 | 2 | 4 {
  if (kind & SIZE_1) return 1
  return kind & SIZE_2 ? 2 : 4
}

/**
 * What follows each lead byte: in the low 8 bits a fixed number of bytes (or of values in a
 * container), then the size of a length field that is added to it, then flags.
 */
export const VALUE_FORMS = new Uint16Array(256)
VALUE_FORMS.fill(CONTAINER | PAIRS, 0x80, 0x90)
VALUE_FORMS.fill(CONTAINER, 0x90, 0xa0)
for (let length = 0; length < 16; length++) {
  VALUE_FORMS[0x80 | length] |= length
  VALUE_FORMS[0x90 | length] |= length
  VALUE_FORMS[0xa0 | length] = length
  VALUE_FORMS[0xb0 | length] = 16 | length
}
// nil, false and true are 0xc0, 0xc2 and 0xc3; 0xc1 has never been given a meaning.
VALUE_FORMS[0xc1] = ILLEGAL
// bin 8 to 32, then ext 8 to 32, which have a byte for their type.
VALUE_FORMS.set([SIZE_1, SIZE_2, SIZE_4, SIZE_1 | 1, SIZE_2 | 1, SIZE_4 | 1], 0xc4)
// float 32 and 64, uint 8 to 64, int 8 to 64, fixext 1 to 16.
VALUE_FORMS.set([4, 8, 1, 2, 4, 8, 1, 2, 4, 8, 2, 3, 5, 9, 17], 0xca)
// str 8, and the old raw 16 and 32, which later became str 16 and 32.
VALUE_FORMS.set([SIZE_1, SIZE_2, SIZE_4], 0xd9)
VALUE_FORMS.set([CONTAINER | SIZE_2, CONTAINER | SIZE_4], 0xdc)
VALUE_FORMS.set([CONTAINER | PAIRS | SIZE_2, CONTAINER | PAIRS | SIZE_4], 0xde)
