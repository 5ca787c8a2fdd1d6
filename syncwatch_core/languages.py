"""Whether a track is in the language that was asked for: ``en``, ``eng`` and ``en-GB`` are one language.

A container names a language by two letters, by three (and some by either of two sets of three), or by a whole tag
of BCP 47; people type whichever they know.
"""

from __future__ import annotations

_SAME = """
    aa=aar ab=abk ae=ave af=afr ak=aka alb=sqi am=amh an=arg ar=ara arm=hye as=asm av=ava ay=aym az=aze ba=bak
    baq=eus be=bel bg=bul bh=bih bi=bis bm=bam bn=ben bo=bod br=bre bs=bos bur=mya ca=cat ce=che ch=cha chi=zho
    co=cos cr=cre cs=ces cu=chu cv=chv cy=cym cze=ces da=dan de=deu dut=nld dv=div dz=dzo ee=ewe el=ell en=eng
    eo=epo es=spa et=est eu=eus fa=fas ff=ful fi=fin fj=fij fo=fao fr=fra fre=fra fy=fry ga=gle gd=gla geo=kat
    ger=deu gl=glg gn=grn gre=ell gu=guj gv=glv ha=hau he=heb hi=hin ho=hmo hr=hrv ht=hat hu=hun hy=hye hz=her
    ia=ina ice=isl id=ind ie=ile ig=ibo ii=iii ik=ipk in=ind io=ido is=isl it=ita iu=iku iw=heb ja=jpn ji=yid jv=jav
    ka=kat kg=kon ki=kik kj=kua kk=kaz kl=kal km=khm kn=kan ko=kor kr=kau ks=kas ku=kur kv=kom kw=cor ky=kir la=lat
    lb=ltz lg=lug li=lim ln=lin lo=lao lt=lit lu=lub lv=lav mac=mkd mao=mri may=msa mg=mlg mh=mah mi=mri mk=mkd
    ml=mal mn=mon mr=mar ms=msa mt=mlt my=mya na=nau nb=nob nd=nde ne=nep ng=ndo nl=nld nn=nno no=nor nr=nbl nv=nav
    ny=nya oc=oci oj=oji om=orm or=ori os=oss pa=pan per=fas pi=pli pl=pol ps=pus pt=por qu=que rm=roh rn=run ro=ron
    ru=rus rum=ron rw=kin sa=san sc=srd sd=snd se=sme sg=sag si=sin sk=slk sl=slv slo=slk sm=smo sn=sna so=som
    sq=sqi sr=srp ss=ssw st=sot su=sun sv=swe sw=swa ta=tam te=tel tg=tgk th=tha ti=tir tib=bod tk=tuk tl=tgl tn=tsn
    to=ton tr=tur ts=tso tt=tat tw=twi ty=tah ug=uig uk=ukr ur=urd uz=uzb ve=ven vi=vie vo=vol wa=wln wel=cym wo=wol
    xh=xho yi=yid yo=yor za=zha zh=zho zu=zul
"""
"""ISO 639: two letters, or the bibliographic three, and the three of ISO 639-2/T that mean the same."""
_CANONICAL = dict(pair.split("=") for pair in _SAME.split())


def distance(wanted: str, has: str | None) -> int | None:
    """How far the language ``has`` is from the one ``wanted``: 0 for the same tag; None where they are two languages.

    What only one of the two says (a region, a script) keeps them apart a little; what both say, but not alike, quite.
    """
    language, further = _parts(wanted)
    other, others_further = _parts(has or "und")
    if language != other or not (further <= others_further or others_further <= further):
        return None
    return len(further ^ others_further)


def _parts(tag: str) -> tuple[str, frozenset[str]]:
    """The language of a tag in three letters, where it has such, and all that stands behind it."""
    language, *further = tag.casefold().replace("_", "-").split("-")
    return _CANONICAL.get(language, language), frozenset(further)
