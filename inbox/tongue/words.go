package tongue

// languages are those that are told apart, as two letters; the index is a
// language's bit.
var languages = [...]string{"fr", "en", "es", "de", "it", "pt", "nl"}

// common are the words of each language that short messages are made of: the
// small ones, and what people say to a shop. Many stand in several lists. Also
// as they are typed without accents.
var common = [len(languages)]string{
	// fr
	`le la les l à un une des du de d au aux et ou où mais donc car ni que qu qui quoi quel quelle quels quelles dont ce cet cette ces ça ca cela c est sont
	suis es sommes êtes etes était etait étaient étais sera serait être etre été ai as a avons avez ont avait avais aurait avoir eu je j tu t il elle on nous vous ils elles
	me m te se s moi toi lui leur leurs mon ma mes ton ta tes son sa ses notre nos votre vos y en dans sur sous avec sans pour par chez vers depuis pendant avant après apres
	pas n ne plus jamais rien aussi très tres trop bien mal peu beaucoup encore toujours déjà deja ici là là-bas alors quand comme comment pourquoi combien si oui non
	merci bonjour bonsoir salut coucou svp stp voici voilà voila fait faire faites peut peux pouvez veux veut voudrais vouloir dois doit faut vais va vont aller sais sait
	hier aujourd hui demain matin soir jour jours semaine fois même meme tout tous toute toutes autre quelqu chose gens monde rdv mdr bravo bon bonne belle beau joli jolie
	commande commandé livraison colis reçu recu magasin boutique prix ouvert ouverts fermé ouvrez horaires remboursement génial genial magnifique délicieux délicieuse excellent
	dommage honte nul déçu déçue j'adore adore aime aimerais attends attendre réponse reponse question problème probleme marche plaît plait cordialement bises bisous hâte super
	quoi ouais ouf trouve trouver acheter pris prendre passer envoyer envoyé savoir dire dit parler petit grand nouveau nouvelle première enfin sinon bref votre`,
	// en
	`the a an and or but so because if then than that this these those there here it its he she they them their we us our you your yours i me my mine him his her
	is are am was were be been being do does did done don doesn didn isn wasn aren won can could couldn should would wouldn will shall may might must have has had haven hasn
	not no yes yeah yep nope never always still already just only very really too also again ever of in on at by for from to with without about into over under after before between during until
	what when where who whom which why how much many more most some any all every each other another one two first last next new old good great best better bad worst nice
	love loved like liked want wanted need get got getting go going gone come came make made take took see saw know knew think thought say said tell told ask asked look looks looking
	please thanks thank thx hello hi hey sorry welcome cheers congrats amazing awesome wonderful beautiful lovely delicious terrible awful happy sad
	today tomorrow yesterday morning night week day days time now order ordered delivery parcel shipping refund customer service store shop open closed opening hours price website working broken
	work works fix issue support help anyone someone everyone nobody nothing something anything thing things people guys folks well back out up down off
	received buy bought waiting wait contact answer reply send sent try tried use using way long does hope keep agree wow omg absolutely`,
	// es
	`el la los las un una unos unas lo al del de y e o u pero porque que qué quien quién cual cuál cuando cuándo cuanto cuánto cuánta donde dónde como cómo si sí no
	es son soy eres somos era eran fue fueron ser está esta estan están estoy estás estamos estar este esta estos estas ese esa eso esto aquel hay había he has ha hemos han haber tengo tiene tienes tienen tener
	yo tú tu él ella ellos ellas nosotros usted ustedes me te se nos os le les mi mis su sus tus nuestro nuestra con sin por para en entre sobre desde hasta hacia según
	muy más mas menos mucho mucha muchos muchas poco bien mal ya aún aun todavía todavia también tambien tampoco siempre nunca nada algo alguien nadie todo toda todos todas otro otra
	gracias hola buenos buenas días dias tardes noches saludos favor porfa adiós vale claro puede puedo pueden puedes podría poder quiero quiere quieren querer quisiera hacer hace hago hacen ir voy va vamos
	hoy mañana manana ayer semana día dia vez ahora luego aquí aqui allí bonito bonita hermoso hermosa bueno buena rico rica precioso preciosa genial excelente increíble increible malo mala pésimo vergüenza
	pedido pedidos envío envio paquete tienda precio abierto abren cerrado horario horarios reembolso dinero cliente atención llegado llega llegó recibido funciona problema ayuda respuesta pregunta
	encanta gusta gustó gustaría espero esperando felicidades enhorabuena jaja jajaja saber decir dice dicen creo ve ven vuelve gente cosas cosa años año nuevo nueva cuesta`,
	// de
	`der die das den dem des ein eine einen einem einer eines und oder aber weil dass daß ob wenn dann als wie was wer wen wem wo wann warum wieso welche welcher welches
	ist sind bin bist seid war waren wäre wird werden wurde worden sein haben habe hast hat habt hatte hatten kann können kannst könnt könnte konnte muss müssen soll sollte will wollen möchte darf dürfen mag
	ich du er sie es wir ihr mich dich sich uns euch ihm ihn ihnen mir dir mein meine meinen meiner dein deine sein seine ihre ihren ihrem unser unsere euer eure
	nicht kein keine keinen nie niemals nichts auch noch schon immer wieder nur sehr so zu mehr viel viele wenig ganz gar mal doch ja nein bitte danke vielen dank hallo guten tag morgen abend liebe lieber grüße gruß
	in im an am auf aus bei mit nach von vom vor zum zur für über unter durch ohne gegen um bis seit zwischen während wegen hier dort da jetzt heute gestern
	gut gute guter schön schöne toll super schlecht lecker leider endlich einfach echt wirklich genau klar alles alle etwas jemand niemand man
	bestellung bestellt lieferung paket laden geschäft preis geöffnet offen geschlossen öffnungszeiten rückerstattung geld kunde kundenservice angekommen bekommen funktioniert geht problem hilfe antwort frage
	gibt gibts geben machen macht gemacht kommt kommen kaufen gekauft warte warten freue freuen tage woche uhr jahr jahre neu neue leute glückwunsch kostet finde weiß schade schäm`,
	// it
	`il lo la i gli le un uno una l di del dello della dei degli delle a al allo alla ai agli alle da dal dalla dai in nel nella nei con su sul sulla per tra fra e ed o oppure ma perché perche se che chi cui
	cosa come quando quanto quanta dove quale quali è sono sei siamo siete era erano stato stata essere sarà sarebbe ho hai ha abbiamo avete hanno aveva avere avrei c'è ce ci si mi ti vi ne
	io tu lui lei noi voi loro me te mio mia miei mie tuo tua suo sua nostro nostra vostro vostra vostri questo questa questi queste quello quella quelli
	non no sì si mai niente nulla anche ancora già gia sempre più piu meno molto molta molti troppo poco bene male tutto tutta tutti tutte altro altra ogni qualcuno nessuno qualcosa
	grazie ciao buongiorno buonasera salve prego scusate scusi favore complimenti auguri saluti può puo posso potete possiamo potrei vorrei voglio vuole volete fare fatto fa fate devo deve dovete andare vado va
	oggi domani ieri settimana giorno giorni volta ora adesso poi qui qua là lì bello bella bellissimo bellissima buono buona buonissimo ottimo ottima bravi brava fantastico stupendo vergogna pessimo pessima schifo
	ordine ordinato consegna pacco spedizione negozio prezzo aperto aperti chiuso orari orario rimborso soldi cliente assistenza arrivato arriva ricevuto funziona problema aiuto risposta domanda
	piace amo adoro aspetto aspettando sapere dire dice credo gente anni anno nuovo nuova prima dopo senza quindi allora però pero davvero così cosi costa`,
	// pt
	`o a os as um uma uns umas do da dos das no na nos nas ao aos à às pelo pela em de e ou mas porque por que quê quem qual quais quando quanto onde como se sim não nao
	é são sao sou somos era eram foi foram ser está esta estão estou estava estar este esta isto esse essa isso aquele há tem têm tenho temos tinha ter houve vai vão vou ir
	eu tu você voce vocês voces ele ela eles elas nós me te lhe lhes meu minha meus minhas teu tua seu sua seus suas nosso nossa vosso dele dela com sem para pra pro sobre entre até desde
	muito muita muitos muitas mais menos pouco bem mal já ja ainda também tambem sempre nunca nada algo alguém alguem ninguém tudo todo toda todos todas outro outra cada
	obrigado obrigada olá ola oi bom boa dia tarde noite bons favor desculpe parabéns parabens abraço beijos pode posso podem poderia quero quer queria querem gostaria fazer faz feito faço
	hoje amanhã amanha ontem semana dias vez agora depois antes aqui ali lá bonito bonita lindo linda maravilhoso maravilhosa ótimo otimo ótima excelente gostoso péssimo vergonha ruim delícia
	pedido encomenda entrega pacote loja preço preco aberto abertos fechado horário horario reembolso dinheiro cliente atendimento chegou chega recebi recebido funciona problema ajuda resposta pergunta
	adorei adoro amei gosto gostei espero esperando aguardo saber dizer diz acho gente coisa coisas anos ano novo nova então entao assim kkk kkkk né custa`,
	// nl
	`de het een en of maar omdat dat die dit deze als dan wie wat waar wanneer waarom hoe welke is zijn ben bent was waren wordt worden werd geweest heb hebt heeft hebben had hadden kan kunnen kunt kon mag moet moeten wil willen wilt zal zullen zou
	ik jij je u hij zij ze wij we jullie hun hen mij me jou jouw uw mijn onze ons zich haar hem er
	niet geen nooit niks niets ook nog al altijd weer alleen heel erg zeer zo te meer veel weinig wel ja nee graag alstublieft aub bedankt dank hartelijk hallo hoi goedemorgen goedemiddag goedenavond groetjes groeten
	in op aan uit bij met naar van voor door zonder tegen om tot sinds tussen tijdens over onder achter hier daar nu vandaag morgen gisteren
	goed goede mooi mooie leuk leuke lekker lekkere prachtig geweldig slecht jammer eindelijk gewoon echt precies alles iedereen iets iemand niemand
	bestelling besteld levering geleverd pakket pakje winkel prijs geopend open gesloten dicht openingstijden terugbetaling geld klant klantenservice aangekomen ontvangen werkt probleem hulp antwoord vraag
	gaat gaan doen doet gedaan maken maakt komt komen kopen gekocht wacht wachten vind vinden weten weet zeggen dagen week uur jaar nieuw nieuwe mensen gefeliciteerd kost kosten schande gezien`,
}

// endings of longer words that speak for one or two languages.
var endings = map[string]string{
	"ção": "pt", "ções": "pt", "ción": "es", "ciones": "es", "zione": "it", "zioni": "it", "issimo": "it", "issima": "it",
	"ung": "de", "ungen": "de", "keit": "de", "lich": "de", "schaft": "de", "heid": "nl", "lijk": "nl", "lijke": "nl", "ijk": "nl", "tje": "nl", "tjes": "nl",
	"eux": "fr", "euse": "fr", "aient": "fr", "ait": "fr", "ez": "fr", "ement": "fr", "erie": "fr", "ée": "fr", "ées": "fr", "és": "fr",
	"ing": "en", "ness": "en", "ful": "en", "ly": "en", "ght": "en", "inho": "pt", "inha": "pt", "agem": "pt", "ões": "pt", "ito": "es", "ando": "es it pt", "mente": "es it pt",
	"aggio": "it", "etto": "it", "ssimo": "it",
}

// marks are letters that speak for few languages.
var marks = map[rune]string{
	'ß': "de", 'ä': "de", 'ö': "de", 'ü': "de", 'ñ': "es", '¿': "es", '¡': "es", 'ã': "pt", 'õ': "pt", 'œ': "fr", 'ê': "fr pt", 'ç': "fr pt",
	'è': "fr it", 'ù': "fr it", 'ì': "it", 'ò': "it", 'î': "fr", 'û': "fr", 'ô': "fr pt", 'â': "fr pt", 'ï': "fr nl", 'ë': "fr nl", 'í': "es pt", 'ú': "es pt", 'ó': "es pt",
}
