import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { ENGINES, bundled, runIn } from '../tests/engines/engines.mjs'
const script = await bundled('bench/scenario.js')
const pk=d=>({library:readFileSync(d+'/mqtt.min.js','utf8'),wasm:brotliDecompressSync(readFileSync(d+'/mqtt.wasm.br'))})
const L={old:pk('/tmp/oldpkg'),new:pk('/tmp/newpkg')}
const out={}
const engines=Object.entries(ENGINES).filter(([n])=>/jsc|JavaScriptCore|without|JIT/i.test(n))
for(let r=0;r<7;r++) for(const [en,cmd] of engines) for(const [n,{library,wasm}] of Object.entries(L)){
 const [{results,failure}]=runIn(cmd,{script,files:{library,fallback:''},values:{useWasm:true,milliseconds:150},wasm,limit:120000})
 if(failure) throw new Error(failure)
 const k=en+' '+n; out[k]=out[k]||{}; for(const [c,v] of Object.entries(results)) out[k][c]=Math.min(v,out[k][c]??Infinity)
}
console.table(out)
