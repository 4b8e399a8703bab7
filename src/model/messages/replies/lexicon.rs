//! The words that people use: what cries for help, what says that it is not well, and what says yes.
//!
//! In lower case and without accents, as [`super::tidy`] leaves them. A word that is said once more
//! and louder (`huuulp`) is the same word.

/// Cries for help, in the languages and the dialects of those who work for municipalities here. A word
/// that a hurried finger made of the first two is the same cry.
pub const HELP: &str = "\
    help hulp hellup hullep hellep hollep hulpe helpe hlp ulp elp sos hulphulp helphelp sossos \
    helpme helpmij noodgeval noodsituatie noodoproep mayday emergency 911 assistentie hilfe \
    notfall secours urgence aidez ayuda ayudame ayudenme socorro auxilio ajuda ajude ajutor \
    aiuto aiutatemi pomocy pomozcie ratunku pomoc pomogite imdat yardim yudansa yudami ayudo \
    ousilio caawi hjalp najda segitseg komak alikari hawar tolong نجده النجده \
    نجدة النجدة مساعده مساعدة المساعدة ساعدني ساعدوني عاونوني انقذني انقذوني الحقوني كمك کمک \
    کمکم هاوار помогите помощь спасите допоможить допоможіть допомога рятуите рятуйте помощ \
    помагаите помош хелп ሓገዝ ሓግዙኒ እርዳታ እርዱኝ βοηθεια 救命 मदद trapped gegijzeld opgesloten \
    geschoten";

/// Words that look like a cry in a hurry and are none.
pub const LIKE_HELP: &str = "\
    held helm helt hele heli hel hell heel heup hemp hep heep hulk huls hul hup hump huid huil \
    tulp gulp pulp kelp welp yelp delp hield hielp helpt helder";

/// The same in more than one word.
pub const HELP_PHRASES: &str = "\
    s o s | red me | red mij | red ons | save me | helo me | backup nodig | versterking nodig | \
    get me out | a l aide | besoin d aide | helft mir | yuda mi | yepi mi | sa 3 douni | 3 awnouni | i caawi | kom snel | \
    kom nu | kom direct | kom meteen | kom helpen | stuur iemand | stuur nu iemand | haal me \
    hier | word aangevallen | ben aangevallen | word bedreigd | ben bedreigd | word geslagen | \
    slaat me | slaat mij | valt me aan | valt mij aan | ben gewond | op slot | ik bloed | niet \
    opstaan | being attacked | heeft een mes | heeft mes | heeft een wapen | has a knife | has a \
    gun | laat me niet gaan | laat mij niet gaan | kan niet weg | mag niet weg | in nood | in \
    gevaar";

/// Who is called to help, and what is said of calling them: both together are a cry.
pub const RESCUERS: &str = "\
    politie polite police polizei policia policje polis polisi ambulance ziekenwagen brandweer \
    поліцію полицию поліціа милицию الشرطة بالشرطة";
pub const CALLING: &str = "\
    bel belt bellen stuur sturen nodig nu kom call send need ruft rufen appelez llama wezwijcie \
    cagirin arayin викличте вызовите اتصلوا";

/// A text of one of these alone is a cry.
pub const HELP_ALONE: &str = "\
    politie police ambulance nood alarm danger gevaar brand overval vuur fire mes pistool wapen \
    knife gun";

/// Before a cry they turn it round.
pub const NO: &str = "\
    geen niet nie niks niets zonder no not nicht kein keine pas nooit";

/// May stand between those and the cry.
pub const BETWEEN: &str = "\
    enkele extra verdere meer echte directe acute any more";

/// After these, helping is what the sender does.
pub const HELPERS: &str = "\
    ik we wij hij zij ze i om te and huishoudelijke";

/// It is not well.
pub const NOT_WELL: &str = "\
    nee neen nein nope nah nej non hayir nie slecht onveilig unsafe bang scared gevaarlijk \
    gevaar dangerous eng agressief aggressive agressie bedreigend dreigend dreigt bedreigt \
    schreeuwt scheldt schelden foute mis escaleert boos kwaad woedend لا ні нет problemen \
    probleem";

/// The same in more than one word.
pub const NOT_WELL_PHRASES: &str = "\
    niet ok | niet oke | niet okay | niet goed | niet zo goed | niet veilig | niet fijn | niet \
    lekker | niet prettig | niet prima | niet in orde | niet pluis | helemaal niet | nie goed | \
    nie ok | me bedreigd | niet alles goed | alles niet goed | geen goed gevoel | not ok | not \
    okay | not good | not well | not safe | not fine | nicht gut | nicht ok | pas bien | no bien \
    | loopt uit de hand | foute boel | kan niet praten | vertrouw het niet | niet alles ok | uit \
    de hand | don t feel safe | iyi degilim | لست بخير | no estoy bien | estoy mal | nie jest \
    dobrze | nicht in ordnung | ne va pas | ca va pas | no ta bon | не добре | nich good | neet \
    good | something is wrong | bel me | bel mij | call me | me bellen | mij bellen | bel nu";

/// All is well, in more than one word: said first, so that their words say nothing else.
pub const WELL_PHRASES: &str = "\
    in orde | geen probleem | geen problemen | no problem | no problems | niets aan de hand | \
    niks aan de hand | geen bijzonderheden | all well | alles veilig | ben veilig | niks \
    bijzonders | komt goed | gaat goed | gaat prima | all good | everything fine | everything ok \
    | i m ok | i m fine | im ok | im fine | alles gut | ca va | tout va bien | todo bien | geen \
    bijzonders | kein problem | het gaat goed | geen zorgen | no worries | o k | 0 k | oki doki \
    | onder controle | all s well | her sey yolunda | كل شيء بخير | in ordnung | geht es gut | \
    все гаразд | все добре | все хорошо | tutto bene | tudo bem | ta bon | geet good | giet goed \
    | yn oarder | w porzadku | alns good | alles good";

/// All is well.
pub const WELL: &str = "\
    ok oke okee okay okey okie oki okido okidoki oky okk oka ja jaa jaja jah joa jo jep jup jip \
    yep yup yes yess yeah jawel jazeker jaaa zeker goed goe goud prima top akkoord accoord fijn \
    fine good great perfect perfekt uitstekend rustig gezellig inorde tiptop super oui si sim \
    tak da gut bien bene dobrze tamam evet iyi iyiyim safe veilig mooi correct positief نعم تمام \
    طيب بخير اوكي да так добре хорошо wa okej okok kits geod goeed jahoor jao gutt dobre alright";

/// Said beside the others, they change nothing.
pub const FILLERS: &str = "\
    hoor dank dankje dankjewel dankuwel bedankt thanks thank thx tnx merci danke you je jij u \
    wel hier met mij me ik k het t is gaat alles all alle allemaal steeds heel erg zeer helemaal \
    lekker hoi hallo hi hey hee he hoi moi dag hello goedemorgen goedemiddag goedenavond even \
    gewoon nu van mijn kant aan deze dit dat de een en ben zijn wij we er in natuurlijk tuurlijk \
    joh man xx x gesprek bezoek afspraak loopt verloopt soepel volgens plan ontvangen bericht \
    begrepen vriendelijk i m am im it s everything still here very so far tot dusver prettig op \
    dikke voor veel mn code pin pincode momenteel my sorry verder alweer weer nog ma abi sir ist \
    bei mir ich tout va todo the fijne echt dan alels ales alns hjir wszystko все tur kos انا \
    الحمد لله mi es heur";

/// It is over, and everybody is out.
pub const ENDED: &str = "\
    klaar kloar buiten vertrokken afgerond afgelopen beeindigd done finished ended outside thuis \
    kantoor auto fertig bitti terug weggegaan kllaar klaat klaae klar draußen beendet termine \
    terminee terminado skonczone закінчила закінчено انتهيت kaba klear";

/// The same in more than one word.
pub const ENDED_PHRASES: &str = "\
    naar huis | onderweg naar huis | onderweg terug | ben eruit | er uit | naar buiten | on my \
    way home | onderweg naar kantoor | bezoek voorbij | bezoek over | all done | klaar en weg | \
    ben weg | weer weg | ga weg hier | ik ga weg | fijne dag nog | zit erop | visit is over | in \
    the car | back in the car | mooie dag nog | prettige dag nog | je suis sorti";

/// Said beside the end, they change nothing.
pub const END_FILLERS: &str = "\
    zit sta stap ga naar huis uit eruit buiten veilig inmiddels net zojuist vandaan rij rijd \
    rijden fietsen fiets terug now out and back at home office in way on my left bezoek over \
    voorbij alweer deur straat heb gedaan einde afgesloten just visit done gegaan huisbezoek al \
    daar ich bin wieder besuch alles goed gesprek van nu klaar aan bun visite ziyaret wizyta \
    візит en";

/// Said beside more time, they change nothing.
pub const TIME_FILLERS: &str = "\
    min mins minuten minuut minuutjes minuutje minutes minute minuts m extra erbij meer langer \
    graag nog more another please pls plus verlengen verleng verlenging uitloop tijd time nodig \
    ongeveer circa ca zon mag kan duurt blijf heb need want wil wilt zeker vanaf duren zal moet \
    bezig loopt uit iets beetje doe maar maak er ietsje maximaal max stuk dak noch mehr bitte \
    daha dakika kun kunt geef aub svp alstublieft alsjeblieft encore jeszcze ще mas eine une of \
    bij krijgen extraa bir أخرى اخرى ein";

/// An alarm is taken, in the words of whoever does.
pub const TAKES: &str = "\
    pak pakken neem ga kom onderweg regel opgepakt actie doe rij way take going gehe ubernehme \
    unterwegs";

/// Said beside taking, they change nothing.
pub const TAKE_FILLERS: &str = "\
    pak pakken neem ga gaan kom onderweg regel bel op hem haar erheen heen langs eraan dr d r \
    toe naartoe ernaartoe ernaar actie doe zal al opgepakt alarm direct meteen mee hiermee nou \
    eens erop af over ermee ga wordt geregeld opgelost will go taking take on my way got ll i \
    komen die ook heb kijken erbij naar rij im going ich gehe hin ubernehme unterwegs zit \
    vlakbij stap auto laat maar mij antwoord way";

/// Not yet: what is said of the end is still to come.
pub const LATER: &str = "\
    nog even zo bijna straks dadelijk zometeen almost soon still later";

/// More time, without saying how much.
pub const MORE_PHRASES: &str = "\
    meer tijd | extra tijd | more time | loopt uit | duurt langer | blijf langer | iets langer | \
    wat langer | tijd erbij | mehr zeit | verlengen | verleng | uitloop | langer nodig";

/// How long, in one word.
pub const SPANS: &[(&str, u32)] = &[
    (
        "kwartier kwartiertje kwartuurtje kwatiertje kwartiet quarter viertelstunde kwadrans quart",
        15,
    ),
    ("halfuur halfuurtje", 30),
    ("uur uurtje uurtjes hour hours u h stunde saat godzine godziny heure hora ساعة години", 60),
];

/// Units of minutes.
pub const MINUTES: &str = "\
    min mins minuten minuut minuutjes minutes minute minuts m dakika minut minutos دقيقة хвилин";

/// Words by which a phone number stops its texts: those of the law, and those by which an operator
/// (Twilio) blocks the number by itself.
pub const STOP: &str = "\
    stop stopall unsubscribe afmelden cancel end quit revoke optout";

/// And those by which it wants them again.
pub const START: &str = "\
    start unstop aanmelden";

/// What looks like an answer and is a shrug, or a thing.
pub const SHRUGS: &str = "\
    gaat wel | nog wel | slecht bereik | klaar mee";

/// About the resident, and nothing about how it goes: what stands beside it counts.
pub const RESIDENT_AWAY: &str = "\
    niemand thuis | niet thuis | niemand aanwezig | doet niet open | deed niet open | deden niet \
    open | niet opengedaan | nobody home | no one home | nobody in | not home | not at home";

/// Numbers in words.
pub const NUMBERS: &[(&str, &str)] = &[
    ("vijf", "5"),
    ("tien", "10"),
    ("vijftien", "15"),
    ("twintig", "20"),
    ("dertig", "30"),
    ("twee", "2"),
    ("drie", "3"),
    ("anderhalf", "2"),
];

/// Half of what follows.
pub const HALF: &str = "half halve halbe yarim demi media pol нiв пів نصف";
