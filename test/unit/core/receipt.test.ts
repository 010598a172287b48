import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { RECEIPT } from '../../../api/platform/examples.ts';
import { canonicalJson, receiptSchema, STEPS, signedReceiptSchema } from '../../../core/contract/receipt.ts';
import { readConfig, readSettings } from '../../../core/process/config.ts';
import {
  makeReceiptKey,
  publishedKeys,
  receiptPublicKey,
  signReceipt,
  verifyReceipt,
} from '../../../core/secrets/receipt-keys.ts';

const { receipt } = RECEIPT;
const [one, two] = [makeReceiptKey('one'), makeReceiptKey('two')];
const [ofOne, ofTwo] = [receiptPublicKey(one), receiptPublicKey(two)];
const again = (value: unknown) => JSON.parse(JSON.stringify(value));

describe('the canonical form', () => {
  test('is that of RFC 8785, section 3.2', () => {
    const value = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\u002f',
      literals: [null, true, false],
    };
    const text = `{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA'B\\"\\\\\\\\\\"/"}`;
    expect(canonicalJson(value)).toBe(text);
  });

  test('sorts names by their UTF-16 code units', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const value = Object.fromEntries(names.map((name) => [name, 0]));
    const sorted = ['\r', '1', '\u0080', '\u00f6', '\u20ac', '\ud83d\ude00', '\ufb33'];
    expect(Object.keys(JSON.parse(canonicalJson(value)))).toEqual(['1', ...sorted.filter((n) => n !== '1')]);
    expect(canonicalJson(value).indexOf('"\\r"')).toBe(1);
    expect(
      [...canonicalJson(value).matchAll(/"((?:[^"\\]|\\.)+)":/g)].map(([, n]) => JSON.parse(`"${n}"`)),
    ).toEqual(sorted);
  });

  test('is the same for every order and every printing of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const printed = JSON.stringify(value);
        const turned = JSON.parse(printed, (_, part) =>
          part && typeof part === 'object' && !Array.isArray(part)
            ? Object.fromEntries(Object.entries(part).reverse())
            : part,
        );
        expect(canonicalJson(turned)).toBe(canonicalJson(JSON.parse(printed)));
        expect(JSON.parse(canonicalJson(turned))).toEqual(JSON.parse(printed));
      }),
    );
  });

  test.each([undefined, Number.NaN, '\ud800', { a: undefined }])(
    'there is none of what JSON cannot hold',
    (value) => {
      expect(() => canonicalJson(value)).toThrow(TypeError);
    },
  );
});

describe('a receipt', () => {
  test('is signed with the first key, and every key that is published verifies what it has signed', async () => {
    const before = await signReceipt(receipt, [one]);
    const after = await signReceipt(receipt, [two, one]);
    expect(await verifyReceipt(before, [ofOne])).toEqual({ is: 'valid', key: 'one' });
    expect(await verifyReceipt(before, [ofTwo, ofOne])).toEqual({ is: 'valid', key: 'one' });
    expect(await verifyReceipt(after, [ofTwo, ofOne])).toEqual({ is: 'valid', key: 'two' });
    expect(await verifyReceipt(after, [ofOne])).toEqual({ is: 'unknown-key', key: 'two' });
    expect(signedReceiptSchema.parse(after)).toEqual(after);
  });

  test('is valid however it was printed and parsed on its way', async () => {
    const { receipt: body, signature } = await signReceipt(receipt, [one]);
    const turned = Object.fromEntries(Object.entries(body).reverse());
    const sent = JSON.parse(JSON.stringify({ signature, receipt: turned }, undefined, 4));
    expect(await verifyReceipt(sent, [ofOne])).toEqual({ is: 'valid', key: 'one' });
  });

  test('is a JSON Web Signature that Node verifies without our code', async () => {
    const signed = await signReceipt(receipt, [one]);
    const [jwk] = publishedKeys([ofOne]).keys;
    const head = signed.signature?.protected ?? '';
    const input = `${head}.${Buffer.from(canonicalJson(receipt)).toString('base64url')}`;
    const key = createPublicKey({ key: { ...jwk } as never, format: 'jwk' });
    const bytes = Buffer.from(signed.signature?.signature ?? '', 'base64url');
    expect(verify(null, Buffer.from(input), key, bytes)).toBe(true);
    expect(JSON.parse(Buffer.from(head, 'base64url').toString())).toEqual({
      alg: 'EdDSA',
      kid: 'one',
      typ: 'keyferry-receipt+jws',
    });
  });

  test('of which anything was changed is not valid', async () => {
    const signed = await signReceipt(receipt, [one]);
    const changes: ((file: typeof signed) => void)[] = [
      (file) => {
        file.receipt.outcome = 'absent';
      },
      (file) => {
        file.receipt.connection.customer = 'bob';
      },
      (file) => {
        file.receipt.steps.pop();
      },
      (file) => {
        file.receipt.steps.reverse();
      },
      (file) => {
        file.receipt.notSeen = [];
      },
      (file) => {
        file.receipt.issuedAt = '2026-11-29T08:30:20.000Z';
      },
      (file) => {
        Object.assign(file.receipt, { more: 1 });
      },
      (file) => {
        if (file.signature) file.signature.signature = randomBytes(64).toString('base64url');
      },
      (file) => {
        const head = Buffer.from('{"alg":"none","kid":"one","typ":"keyferry-receipt+jws"}').toString(
          'base64url',
        );
        file.signature = { protected: head, signature: '' };
      },
    ];
    for (const change of changes) {
      const changed = again(signed);
      change(changed);
      expect(await verifyReceipt(changed, [ofOne])).toEqual({ is: 'invalid' });
    }
    expect(await verifyReceipt(signed, [{ ...ofTwo, id: 'one' }])).toEqual({ is: 'invalid' });
  });

  test.each([null, undefined, 7, 'x', [], {}, { receipt: {} }, { receipt: {}, signature: {} }])(
    'is not what is none: %j',
    async (file) => {
      expect(await verifyReceipt(file, [ofOne])).toEqual({ is: 'invalid' });
    },
  );

  test('that was not signed says so', async () => {
    const unsigned = await signReceipt(receipt, undefined);
    expect(unsigned.signature).toBeNull();
    expect(await verifyReceipt(unsigned, [ofOne])).toEqual({ is: 'unsigned' });
  });

  test('of the documentation is one, and valid for nobody’s key but its own', async () => {
    expect(signedReceiptSchema.parse(RECEIPT)).toEqual(RECEIPT);
    expect(await verifyReceipt(RECEIPT, [ofOne])).toMatchObject({ is: 'unknown-key' });
  });

  test('has a sentence for every step, short enough for it', () => {
    for (const results of Object.values(STEPS))
      for (const [result, says] of Object.entries(results)) {
        const step = { ...receipt.steps[0], result, says };
        expect(receiptSchema.safeParse({ ...receipt, steps: [step] }).success).toBe(true);
      }
  });
});

describe('its keys in the configuration', () => {
  const text = `one:${Buffer.from(one.key).toString('base64')}`;
  const publicText = `one:${ofOne.key}`;

  test('are read, the first one first', () => {
    const { RECEIPT_KEYS } = readSettings(['RECEIPT_KEYS'], {
      RECEIPT_KEYS: `two:${Buffer.from(two.key).toString('base64')},${text}`,
    });
    expect(RECEIPT_KEYS?.map(receiptPublicKey)).toEqual([ofTwo, ofOne]);
    expect(
      readSettings(['RECEIPT_PUBLIC_KEYS'], { RECEIPT_PUBLIC_KEYS: publicText }).RECEIPT_PUBLIC_KEYS,
    ).toEqual([ofOne]);
    expect(readSettings(['RECEIPT_KEYS', 'RECEIPT_PUBLIC_KEYS'], {})).toEqual({});
  });

  test.each([
    ['RECEIPT_KEYS', 'one:short'],
    ['RECEIPT_KEYS', `one:${Buffer.alloc(32).toString('base64')}`],
    ['RECEIPT_KEYS', `${text},${text}`],
    ['RECEIPT_PUBLIC_KEYS', 'one:short'],
    ['RECEIPT_PUBLIC_KEYS', `${publicText},${publicText}`],
  ] as const)('%s is refused where it is no key, or has one name twice, and is not quoted', (name, value) => {
    expect(() => readSettings([name], { [name]: value })).toThrow(new RegExp(`^${name} must be \`id:key\``));
  });

  test('the api does not read the private ones', () => {
    const wrong = () => readConfig('api', { RECEIPT_KEYS: 'nonsense' });
    expect(wrong).toThrow();
    expect(wrong).not.toThrow(/RECEIPT_KEYS/);
  });
});
