import time
from random import Random
from tests.audits.conftest import reference
from tests.audits.histories import *
from tests.audits.recount import *
from community.audits.services import Question, count_region
from community.web.extensions import db
from community.kernel.database import session, transaction
def test_t(reference):
    with db.engine.begin() as c: hang_calendar(c)
    tot = Counter()
    N=12
    for i in range(N):
        t=time.perf_counter(); h = build_history(Random(i)); tot['build']+=time.perf_counter()-t
        with transaction() as w:
            t=time.perf_counter(); write(h); tot['write']+=time.perf_counter()-t
            t=time.perf_counter(); count_region("445200", Question(D,K,school_year="2024-2025"), actor=OPERATOR); tot['count']+=time.perf_counter()-t
            for n,s in STATEMENTS.items():
                t=time.perf_counter(); session().execute(s, {"d":D,"k":K}).all(); tot['sql '+n]+=time.perf_counter()-t
            w.abandon()
    for k,v in tot.most_common(): print(k, round(v/N*1000,1),'ms')
    print('rows', len(h.rows), 'sql', sum(v for k,v in tot.items() if k[:3]=='sql')/N*1000)
