import { describe, expect, test } from '@jest/globals';
import { parseAst } from 'vite';
import { handOver, takeOver } from '../../../web/chunks.ts';

const parse = (code: string) => parseAst(code) as never;

describe('the script of a page, which is inline', () => {
  test('leaves what it shares with its chunks in a variable', () => {
    const code = 'const a=1;function b(){}export{a as x,b};';
    expect(handOver(code, parse)).toBe('const a=1;function b(){}globalThis.keyferryPage={x:a,b:b};');
  });

  test.each(['import(`./keys-1a.js`)', 'import("./keys-1a.js")', "import('/assets/keys-1a.js')"])(
    'asks for a chunk by its whole address: %s',
    (code) => {
      const said = handOver(`const load=()=>${code}.then(use);`, parse);
      expect(said).toMatch(/^const load=\(\)=>\(async.*\)\("\/assets\/keys-1a\.js"\)\.then\(use\);$/);
    },
  );

  /** What is asked for when so many requests fail. */
  async function asked(failures: number): Promise<string[]> {
    const tries: string[] = [];
    const code = handOver('import("./a-1.js")', parse).replace('import(', 'get(');
    const get = async (address: string) => {
      tries.push(address);
      if (tries.length <= failures) throw new Error('not there');
    };
    await new Function('get', `return ${code}`)(get).catch(() => tries.push('gave up'));
    return tries;
  }

  test('asks again, each time by another address, and gives up in the end; later it goes on from there', async () => {
    expect(await asked(0)).toEqual(['/assets/a-1.js']);
    expect(await asked(2)).toEqual(['/assets/a-1.js', '/assets/a-1.js?1', '/assets/a-1.js?2']);
    expect(await asked(9)).toEqual([
      '/assets/a-1.js',
      '/assets/a-1.js?3',
      '/assets/a-1.js?4',
      '/assets/a-1.js?5',
      'gave up',
    ]);
  });
});

describe('a chunk', () => {
  const take = (code: string) => takeOver(code, parse, 'assets/index-1a.js');

  test('takes what it shares with the page from there', () => {
    expect(take('import{a as b,c}from"./index-1a.js";b(c);')).toBe(
      'const{a:b,c:c}=globalThis.keyferryPage;b(c);',
    );
  });

  test('needs nothing from a page that it only follows', () => {
    expect(take('import"./index-1a.js";go();')).toBe('go();');
  });

  test('imports from other chunks as before', () => {
    const code = 'import{a}from"./other-1a.js";import("./index-1b.js");export{a};';
    expect(take(code)).toBe(code);
  });
});
