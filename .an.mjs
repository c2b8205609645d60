import { build } from 'esbuild';
import { brotliCompressSync, constants } from 'node:zlib';
const br=(b)=>brotliCompressSync(b,{params:{[constants.BROTLI_PARAM_QUALITY]:11}}).length;
const r = await build({ stdin:{contents:"export { DataOrchestrator } from './src/index.ts';",resolveDir:process.cwd()}, bundle:true, minify:true, splitting:true, write:false, outdir:'b', format:'esm', target:'es2022', external:['rxjs'], metafile:true});
const outs=r.metafile.outputs;
// static closure
const nm=Object.keys(outs).find(k=>k.endsWith('stdin.js'));
const clos=new Set();const go=n=>{if(clos.has(n))return;clos.add(n);for(const i of outs[n].imports)if(i.kind==='import-statement'&&!i.external)go(i.path)};go(nm);
const mods=[];for(const n of clos)for(const[k,v]of Object.entries(outs[n].inputs))mods.push([k,v.bytesInOutput]);
const bytes=Buffer.concat([...clos].map(n=>r.outputFiles.find(f=>f.path.endsWith(n.split('/').pop())).contents));
const total=br(bytes);
console.log('total',bytes.length,total);
mods.sort((a,b)=>b[1]-a[1]);
for(const[k,v]of mods)console.log(String(v).padStart(6),k);
